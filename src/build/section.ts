/**
 * Puts `body` between the lines `<!-- generated: NAME -->` and `<!-- end -->` of a page written by hand.
 * @throws where the page has no such lines
 */
export function withSection(page: string, name: string, body: string): string {
  const start = `<!-- generated: ${name} -->\n`;
  const from = page.indexOf(start);
  const to = page.indexOf('<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`no section '${name}'`);
  return `${page.slice(0, from)}${start}${body.trimEnd()}\n${page.slice(to)}`;
}
