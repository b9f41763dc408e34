import { FaultError, fault, toFault } from '../core/fault';

/** Any error as a fault whose message begins with what was being done. */
export function folderFault(error: unknown, doing: string): FaultError {
  if (error instanceof FaultError) return error;
  const known = toFault(error);
  return new FaultError(known.kind, `${doing}: ${known.message}`, known.tip, { cause: error });
}

export const corrupt = (file: string, why: string, cause?: unknown): FaultError =>
  fault(
    'corrupt',
    `${file} cannot be trusted: ${why}`,
    'Restore the file from a backup, or remove this episode.',
    cause,
  );

export const badDraft = (why: string): FaultError =>
  fault('bad-input', `This demonstration cannot be stored: ${why}`, 'Record it again; the dataset is unchanged.');

export const misfit = (why: string): FaultError =>
  fault('incompatible', why, 'Record into a new dataset made for this robot and these cameras.');
