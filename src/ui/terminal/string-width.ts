import { stripVTControlCharacters } from 'node:util';
import { widthOf } from '../text.ts';

/** What the bundle holds in place of the package string-width for Ink and its helpers, which ask it of every cell. */
const stringWidth = (text: string): number => widthOf(stripVTControlCharacters(text));
export default stringWidth;
