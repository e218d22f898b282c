import { type Access, addressOf } from '../../language/moves.ts';
import { rightsName } from './space.ts';
import { bitOf, type HurdFault, rightsFor, type World } from './world.ts';

/** The message that the kernel sends in the thread's name. */
export class PageFault implements HurdFault {
  readonly kind = 'trap';
  readonly handler = 'pager';
  readonly about: 'fault' | 'late';
  readonly process: string;
  readonly access: Access;
  readonly page: number;
  readonly offset: number;
  readonly address: number;
  readonly errorCode: number;
  readonly wanted: number;
  readonly refused: string | undefined;

  constructor(
    { refused }: World,
    about: PageFault['about'],
    process: string,
    page: number,
    offset: number,
    access: Access,
  ) {
    this.about = about;
    this.process = process;
    this.access = access;
    this.page = page;
    this.offset = offset;
    this.address = addressOf(page, offset);
    this.errorCode = bitOf(access);
    this.wanted = rightsFor(access);
    this.refused = refused?.task === process && refused.page === page ? refused.errno : undefined;
  }

  get registers(): HurdFault['registers'] {
    const access = rightsName(this.errorCode);
    const message = [
      'page fault message',
      `address 0x${this.address.toString(16)}, access ${access}`,
    ] as const;
    return this.refused === undefined ? [message] : [message, ['physmem said', this.refused]];
  }
}
