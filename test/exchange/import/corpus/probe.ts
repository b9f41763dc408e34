import { isFault } from '../../../../src-main/core/fault';
import { importInto } from '../../../../src-main/exchange/import/import';

/** A process of its own that imports one file or folder and says on standard output what came of it. */
const [source = '', destination = ''] = process.argv.slice(2);
const say = (outcome: object): void => {
  // Kilobytes, the most this process ever had.
  const { maxRSS } = process.resourceUsage();
  process.stdout.write(JSON.stringify({ ...outcome, maxRSS }));
};

importInto(source, destination).then(
  ({ episodes, skipped, report }) => say({ imported: episodes, skipped, report }),
  (error: unknown) => {
    if (isFault(error)) say({ fault: { kind: error.kind, message: error.message, tip: error.tip } });
    else say({ thrown: String(error) });
  },
);
