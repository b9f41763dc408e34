import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, put } from './kit';

const NAME = 'bad.csv';
const GOOD = 'time,state.a,action.a\n0,1,1\n0.1,2,2\n0.2,3,3\n';
const text = (name: string, content: string | (() => string | Uint8Array)): Case => ({
  name: `CSV: ${name}`,
  names: NAME,
  make: (room) => {
    put(join(room, 'set', NAME), typeof content === 'string' ? content : content());
    return join(room, 'set');
  },
});

export const csvCases: readonly Case[] = [
  text('empty', ''),
  text('nothing but its first line', 'time,state.a,action.a\n'),
  text('no column that means anything', 'x,y\n1,2\n'),
  text('a value that is not a number', GOOD.replace('0.1,2', '0.1,NaN')),
  text('an infinite value', GOOD.replace('0.1,2', '0.1,Infinity')),
  text('a number too large for a computer', GOOD.replace('0.1,2', '0.1,1e999')),
  text('a hexadecimal number', GOOD.replace('0.1,2', '0.1,0x10')),
  text('an empty cell', GOOD.replace('0.1,2', '0.1,')),
  text('a row with too many values', GOOD.replace('0.1,2,2', '0.1,2,2,2,2')),
  text('a row with too few values', GOOD.replace('0.1,2,2', '0.1,2')),
  text('decimal comma and point in one number', 'time;state.a\n0;1\n1;1.234,5\n'),
  text('a time that goes back', GOOD.replace('0.2,3', '0.05,3')),
  text('a time that stands still', GOOD.replace('0.2,3', '0.1,3')),
  text('a column that is there twice', GOOD.replace('action.a', 'state.a')),
  text('a verdict that is none', 'state.a,action.a,success\n1,1,perhaps\n'),
  text('bytes that are no text', () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256))),
  text('a quotation mark that is never closed, before 40 MB', () => `${GOOD}0.3,"${'1,2\n'.repeat(10_000_000)}`),
  text('a quotation mark within a value', GOOD.replace('0.1,2', '0.1,2"2')),
  text('ten million columns', () => `${Array.from({ length: 1e7 }, (_, i) => i).join(',')}\n1\n`),
  text('two thousand columns of one kind', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `state.a${i}`);
    return `${names.join(',')}\n${names.map(() => 1).join(',')}\n`;
  }),
  text('more rows than an hour has', () => `state.a,action.a\n${'1,2\n'.repeat(300_000)}`),
  {
    name: 'CSV: 5 GB of nothing in one line',
    names: NAME,
    make: (room) => {
      put(join(room, 'set', NAME), GOOD);
      truncateSync(join(room, 'set', NAME), 5e9);
      return join(room, 'set');
    },
  },
  {
    name: 'CSV: a link that leads out of the folder',
    names: NAME,
    make: (room) => {
      put(join(room, 'outside', 'secret.csv'), GOOD);
      mkdirSync(join(room, 'set'));
      symlinkSync(join(room, 'outside', 'secret.csv'), join(room, 'set', NAME));
      return join(room, 'set');
    },
  },
  {
    name: 'CSV: a pipe that nobody writes to',
    names: 'set',
    make: (room) => {
      mkdirSync(join(room, 'set'));
      execFileSync('mkfifo', [join(room, 'set', NAME)]);
      return join(room, 'set');
    },
  },
];
