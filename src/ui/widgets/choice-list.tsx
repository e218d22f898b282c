import { Box, useInput } from 'ink';
import SelectInput from 'ink-select-input';
import { useState } from 'react';
import { span } from '../lines.ts';
import type { Choices } from '../page.ts';
import { truncate } from '../text.ts';
import { LineOf } from './lines.tsx';

/** Where a list stands: which part of it is shown, and where in that part it began. */
interface Turned {
  readonly id: string;
  readonly part: number;
  readonly initial: number;
  readonly highlighted: number;
}

const Indicator = ({ isSelected = false }: { readonly isSelected?: boolean }) => (
  <Box flexShrink={0}>
    <LineOf line={[span(isSelected ? ' ❯ ' : '   ', 'selected')]} />
  </Box>
);

const Item = ({ isSelected = false, label }: { readonly isSelected?: boolean; readonly label: string }) => (
  <LineOf line={[span(label, isSelected ? 'selected' : undefined)]} />
);

/** How many items a part of the list has. */
export const partSize = (items: number, room: number): number => Math.max(1, Math.min(items, room, 9 * 9));

/**
 * A list to choose from with the arrow keys and Enter, or a digit. A list longer than its room is shown in parts,
 * which the arrow keys turn: the digit before a choice is always the key that takes it.
 */
export function ChoiceList(props: {
  readonly choices: Choices;
  readonly columns: number;
  /** Lines. */
  readonly room: number;
  readonly onChoose: (value: string) => void;
}) {
  const { choices, columns, room, onChoose } = props;
  const { id, items, initial = 0 } = choices;
  const size = partSize(items.length, room);
  const parts = Math.max(1, Math.ceil(items.length / size));
  const fresh: Turned = {
    id,
    part: Math.floor(initial / size),
    initial: initial % size,
    highlighted: initial % size,
  };
  const [turned, setTurned] = useState(fresh);
  const here = turned.id === id && turned.part < parts ? turned : fresh;
  const shown = items.slice(here.part * size, (here.part + 1) * size);

  const turn = (by: 1 | -1, end: 'first' | 'last'): void => {
    const part = (here.part + by + parts) % parts;
    const length = Math.min(size, items.length - part * size);
    const at = end === 'first' ? 0 : length - 1;
    setTurned({ id, part, initial: at, highlighted: at });
  };
  useInput(
    (_, key) => {
      if (key.rightArrow || key.pageDown) turn(1, 'first');
      else if (key.leftArrow || key.pageUp) turn(-1, 'first');
      else if (key.downArrow && here.highlighted === shown.length - 1) turn(1, 'first');
      else if (key.upArrow && here.highlighted === 0) turn(-1, 'last');
    },
    { isActive: parts > 1 },
  );

  const drawn = shown.map(({ value, label }, i) => ({
    key: value,
    value,
    label: truncate(`${i < 9 ? i + 1 : ' '}  ${label}`, columns - 3),
  }));
  return (
    <SelectInput
      key={`${id} ${here.part} ${here.initial} ${size}`}
      items={drawn}
      initialIndex={here.initial}
      indicatorComponent={Indicator}
      itemComponent={Item}
      // Only a list with more parts asks where it stands; for others a second frame would be drawn for nothing.
      {...(parts > 1
        ? {
            onHighlight: (item: { readonly value: string }) =>
              setTurned({ ...here, highlighted: drawn.findIndex(({ value }) => value === item.value) }),
          }
        : {})}
      onSelect={item => {
        // With an empty list there is nothing to select, whatever its types say.
        if (item !== undefined) onChoose(item.value);
      }}
    />
  );
}
