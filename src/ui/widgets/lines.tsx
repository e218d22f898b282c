import { Box, Text } from 'ink';
import { useContext } from 'react';
import { printable } from '../../language/printable.ts';
import type { Line } from '../lines.ts';
import { ThemeContext } from '../theme.ts';

/** One line of the screen, as its roles look. */
export function LineOf({ line }: { readonly line: Line }) {
  const { look, glyphs } = useContext(ThemeContext);
  const spans = line.filter(({ text }) => text !== '');
  return (
    <Text wrap="truncate">
      {spans.length === 0 ? ' ' : null}
      {spans.map(({ text, role }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a line have no names
        <Text key={i} {...look(role)}>
          {glyphs(printable(text))}
        </Text>
      ))}
    </Text>
  );
}

export function Lines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by where they stand
        <LineOf key={i} line={line} />
      ))}
    </Box>
  );
}
