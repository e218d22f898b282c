/** Where in which text: line and column count from 1. */
export interface Place {
  /** The file's path, or what else the text is called ('--decide', 'standard input'). */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Bad input: where, what was expected, what to do. Thrown by parsers, caught by commands (exit 2). */
export class LanguageError extends Error {
  readonly place: Place;
  readonly expected: string;
  constructor(place: Place, message: string, expected: string) {
    super(`${place.file}:${place.line}:${place.column}: ${message}; expected ${expected}`);
    this.name = 'LanguageError';
    this.place = place;
    this.expected = expected;
  }
}
