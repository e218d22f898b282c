import { writeDist } from '../../src/build/bundle.ts';

/** Vitest's global set-up of all tests that run the built game: they never see an old one. */
export default writeDist;
