import { LanguageError } from '../../../language/errors.ts';

/** A JSON text whose objects and lists know the line that they begin on. */
export interface Located {
  readonly value: unknown;
  /** The line, from 1, of an object or list of `value`. */
  readonly lineOf: (part: object) => number;
}

const SPACE = /[ \t\r\n]*/y;
const TOKEN = /[{}[\],:]|"(?:[^"\\\n]|\\.)*"|[-+.\w]+/y;
/** More than any recording has; deeper texts would exhaust the stack. */
const DEPTH = 32;

/**
 * Parses JSON (RFC 8259).
 * @param line the number of the text's first line in `file`
 * Throws a LanguageError with file, line and column where the text is no JSON.
 */
export function parseJson(text: string, file: string, line: number): Located {
  const first = line;
  const lines = new WeakMap<object, number>();
  let at = 0;
  let lineStart = 0;
  let token = '';

  const skipSpace = (): void => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    for (; at < SPACE.lastIndex; at++) {
      if (text[at] !== '\n') continue;
      line++;
      lineStart = at + 1;
    }
  };
  const next = (): string => {
    skipSpace();
    TOKEN.lastIndex = at;
    token = TOKEN.exec(text)?.[0] ?? '';
    at += token.length;
    return token;
  };
  const refuse = (expected: string): never => {
    const start = at - token.length;
    const found = start >= text.length ? 'the text ends too early' : 'this is no JSON';
    throw new LanguageError({ file, line, column: start - lineStart + 1 }, found, expected);
  };

  const literal = (expected: string): unknown => {
    try {
      return JSON.parse(token);
    } catch {
      return refuse(expected);
    }
  };
  const value = (depth: number): unknown => {
    if (depth > DEPTH) refuse(`at most ${DEPTH} levels`);
    if (token === '[') return list(depth);
    if (token === '{') return object(depth);
    return literal('a value');
  };
  const list = (depth: number): unknown[] => {
    const items: unknown[] = [];
    lines.set(items, line);
    if (next() === ']') return items;
    for (;;) {
      items.push(value(depth + 1));
      if (next() === ']') return items;
      if (token !== ',') refuse(', or ]');
      next();
    }
  };
  const object = (depth: number): object => {
    const members: Record<string, unknown> = Object.create(null);
    lines.set(members, line);
    if (next() === '}') return members;
    for (;;) {
      if (!token.startsWith('"')) refuse('a name in double quotes');
      const name = literal('a name in double quotes') as string;
      if (next() !== ':') refuse(':');
      next();
      members[name] = value(depth + 1);
      if (next() === '}') return members;
      if (token !== ',') refuse(', or }');
      next();
    }
  };

  next();
  const whole = value(0);
  skipSpace();
  token = '';
  if (at < text.length) refuse('the end');
  return { value: whole, lineOf: part => lines.get(part) ?? first };
}
