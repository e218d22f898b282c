import { bindings, keysOf, type Scene } from '../../ui/keymap.ts';
import { texts } from '../../ui/texts.ts';

/** All keys, from the table that footer and help are made from. */
export const path = 'docs/keys.md';

export const generate = async (): Promise<string> => {
  const rows = bindings.map(binding => {
    const { label, help } = texts.commands[binding.command];
    return `| ${keysOf(binding)} | ${label} | ${help} | ${where(binding.scenes)} |`;
  });
  const marks = texts.help.markList.map(([mark, text]) => `| \`${mark}\` | ${text} |`);
  return `# Keys

Arrows, digits and Enter suffice; the letters are the shorter way. The footer of a screen shows what works there now.
Letters can be changed, in the game's settings (\`s\`) or by \`cowhand settings key.hint x\`.
This page is written by \`npm run generate keys\` from \`src/ui/keymap.ts\`.

| key | does | | on |
|---|---|---|---|
${rows.join('\n')}

## Marks

Nothing is told by colour alone.

| mark | means |
|---|---|
${marks.join('\n')}
`;
};

const all = Object.keys(texts.scenes).length;

/** The screens, or those that it is not on where that is shorter to say. */
function where(scenes: readonly Scene[]): string {
  if (scenes.length === all) return 'every screen';
  const names = (each: readonly Scene[]) => each.map(scene => texts.scenes[scene]).join(', ');
  if (scenes.length < all - 4) return names(scenes);
  return `every screen but ${names((Object.keys(texts.scenes) as Scene[]).filter(scene => !scenes.includes(scene)))}`;
}
