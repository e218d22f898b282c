'use strict';
/**
 * Stands before the program (`node --require`) and tells loading from work. With ASKED it notes in that file all that
 * the program asks its loader for; with LOAD it asks for what such a file names, and ends before any of it is used.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const vm = require('node:vm');

const { ASKED, LOAD } = process.env;
const asked = new Set();

vm.Script = class extends vm.Script {
  runInThisContext() {
    const run = super.runInThisContext();
    return (exports, required, module, filename) => {
      if (LOAD !== undefined) {
        for (const name of readFileSync(LOAD, 'utf8').split('\n')) required(name);
        process.exit(0);
      }
      const noting = name => {
        asked.add(name);
        return required(name);
      };
      run(exports, noting, module, filename);
    };
  }
};

if (ASKED !== undefined) process.on('exit', () => writeFileSync(ASKED, [...asked].join('\n')));
