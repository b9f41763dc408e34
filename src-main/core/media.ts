import { z } from 'zod';
import { FaultError } from './fault';
import type { CameraSpec } from './types';

/** A camera's name in recordings: letters, digits, `_` and `-`. It becomes part of a folder's name. */
export const SLOT = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
/** What can be held still in a camera that would otherwise change it by itself. */
export const LOCKS = ['exposure', 'whiteBalance', 'focus'] as const;
export type Lock = (typeof LOCKS)[number];

/**
 * A webcam as it is remembered between starts. Ids are the browser's: salted, and lost with its storage; the label
 * carries the maker's USB numbers. `locks`: values held, in the camera's own units.
 */
export const cameraRecordSchema = z.object({
  slot: z.string().regex(SLOT),
  deviceId: z.string().max(500),
  groupId: z.string().max(500),
  label: z.string().max(300),
  on: z.boolean(),
  width: z.number().int().min(2).max(8192),
  height: z.number().int().min(2).max(8192),
  /** Pictures a second asked of it. */
  fps: z.number().min(1).max(240),
  locks: z.partialRecord(z.enum(LOCKS), z.number().finite()).catch({}),
});
export type CameraRecord = z.infer<typeof cameraRecordSchema>;

/**
 * Frames between the renderer (which owns cameras and encoders) and main (which owns time and the recorder), over one
 * MessagePort. Main asks, the renderer answers: frame k is encoded when main says "row k", so that the rows of an
 * episode and the frames of its videos are equal in number by construction. Times are seconds; the renderer's own
 * clock (`performance.now() / 1000`) is joined to main's by `clock` round trips.
 */
export type ToCameras =
  | { type: 'clock'; main: number }
  /** New encoders; the first frame is a key frame. Answered by `ready` or `failed`. */
  | { type: 'record'; take: number; cameras: readonly CameraSpec[]; fps: number }
  | { type: 'row'; take: number; k: number }
  /** Flush; answered by `flushed` after the last `frame`. */
  | { type: 'finish'; take: number }
  | { type: 'abort'; take: number }
  /** Raw RGB frames for a policy: one set per `look` message, scaled to the given sizes. */
  | { type: 'look'; id: number; cameras: readonly CameraSpec[] };

const bytes = z.instanceof(Uint8Array);
const seconds = z.number().finite();
const size = z.number().int().min(1).max(8192);
const take = z.number().int().min(0);

export const fromCamerasSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('clock'), main: seconds, renderer: seconds }),
  z.object({ type: z.literal('ready'), take }),
  z.object({
    type: z.literal('config'),
    take,
    camera: z.string(),
    codec: z.string(),
    description: bytes,
    width: size,
    height: size,
  }),
  z.object({
    type: z.literal('frame'),
    take,
    camera: z.string(),
    k: z.number().int().min(0),
    key: z.boolean(),
    data: bytes,
    /** When the picture was taken, renderer clock. */
    taken: seconds,
  }),
  z.object({ type: z.literal('flushed'), take }),
  z.object({
    type: z.literal('failed'),
    take,
    fault: z.object({ kind: z.string(), message: z.string(), tip: z.string() }),
  }),
  z.object({
    type: z.literal('look'),
    id: z.number().int(),
    /** Empty when a wanted camera is missing. */
    images: z.array(z.object({ camera: z.string(), width: size, height: size, data: bytes, taken: seconds })),
  }),
  /** The cameras that could be recorded now, whenever that changes. */
  z.object({
    type: z.literal('cameras'),
    cameras: z.array(
      z.object({ name: z.string(), label: z.string(), width: size, height: size, simulated: z.boolean() }),
    ),
  }),
]);
export type FromCameras = z.infer<typeof fromCamerasSchema>;
export type CameraOffer = Extract<FromCameras, { type: 'cameras' }>['cameras'][number];

export function parseFromCameras(data: unknown): FromCameras {
  const parsed = fromCamerasSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new FaultError(
    'bad-input',
    `Unreadable camera message: ${z.prettifyError(parsed.error)}`,
    'Reload the window.',
  );
}
