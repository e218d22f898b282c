import { describe, expect, test } from 'vitest';
import { preferencesFrom } from '../../src/ui/preferences.ts';
import { looks, themeFor } from '../../src/ui/theme.ts';

type Rgb = readonly [number, number, number];
const BACKGROUNDS = {
  dark: ['#000000', '#1c1e22'],
  light: ['#ffffff', '#fdf6e3'],
  contrast: ['#000000'],
} as const;

const channels = (hex: string): Rgb =>
  [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;
/** Source: WCAG 2.1, relative luminance and contrast ratio. */
const linear = (hex: string): Rgb =>
  channels(hex).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;
const luminance = (hex: string): number => {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
/** How a colour is seen where one kind of cone is missing. Source: Viénot, Brettel, Mollon (1999), linear RGB. */
const BLIND: Readonly<Record<string, readonly Rgb[]>> = {
  protan: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deutan: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};
const seen = (hex: string, kind: string): number[] => {
  const colour = linear(hex);
  return BLIND[kind]!.map(row => row.reduce((sum, part, i) => sum + part * colour[i]!, 0));
};

describe.each(Object.entries(looks))('the theme %s', (name, theme) => {
  const colours = Object.values(theme).flatMap(look => ('color' in look ? look.color : []));

  test('can be read on its background', () => {
    const least = name === 'contrast' ? 7 : 4.5;
    for (const colour of colours)
      for (const background of BACKGROUNDS[name as keyof typeof BACKGROUNDS])
        expect(contrast(colour, background), `${colour} on ${background}`).toBeGreaterThanOrEqual(
          background === '#000000' || background === '#ffffff' ? least : least - 0.5,
        );
  });

  test.each(Object.keys(BLIND))('tells right from wrong to a %s eye', kind => {
    const [right, wrong] = [theme.right, theme.wrong].map(look => seen(look.color!, kind)) as [
      number[],
      number[],
    ];
    const distance = Math.hypot(...right.map((part, i) => part - wrong[i]!));
    expect(distance).toBeGreaterThan(0.3);
  });
});

test('the theme follows the background that the terminal tells, and the player goes first', () => {
  const colour = (env: Record<string, string>, theme?: string) =>
    themeFor(
      env,
      preferencesFrom(name => (name === 'theme' ? theme : undefined)),
    ).look('right').color;
  expect(colour({})).toBe(looks.dark.right.color);
  expect(colour({ COLORFGBG: '0;15' })).toBe(looks.light.right.color);
  expect(colour({ COLORFGBG: '15;0' })).toBe(looks.dark.right.color);
  expect(colour({ COLORFGBG: '0;15' }, 'contrast')).toBe(looks.contrast.right.color);
  expect(colour({ NO_COLOR: '1' })).toBeUndefined();
  expect(colour({ NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(looks.dark.right.color);
});
