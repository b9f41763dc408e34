import { z } from 'zod';
import { labelSchema } from '../../core/edit';
import type { DatasetSpec, EncodedFrame, EncodedVideo, EpisodeRow } from '../../core/episode';
import { encodeRecord, MARK, TYPES } from './format';
import { ownerSchema } from './process';

/** The records of a take: JSON, and for a frame a short head before its bytes. */
const name = z.string().min(1).max(64);
const channel = z.object({ name, unit: z.enum(['rad', 'm', 'ratio', 'raw']) });
const size = z.number().int().min(1).max(8192);
const numbers = z.array(z.number()).max(4096);

export const TAKE_ID = /^[a-z0-9-]{1,80}$/;

export const beginSchema = z.object({
  version: z.literal(1),
  id: z.string().regex(TAKE_ID),
  owner: ownerSchema,
  task: z.string().min(1).max(500),
  /** ISO time. */
  recorded: z.string().max(40),
  spec: z.object({
    robot: z.string().max(80),
    joints: z.array(channel).max(256),
    action: z.array(channel).max(256).optional(),
    environment: z.array(name).max(4096),
    fps: z.number().int().min(1).max(1000),
    cameras: z.array(z.object({ name, width: size, height: size })).max(16),
  }) satisfies z.ZodType<DatasetSpec>,
});
export type Begin = z.infer<typeof beginSchema>;

export const cameraSchema = z.object({
  camera: name,
  width: size,
  height: size,
  codec: z.string().max(80),
  description: z.string().max(100_000),
});
export const rowSchema = z.object({
  t: z.number(),
  state: numbers,
  action: numbers,
  asked: numbers,
  environment: numbers,
  pilot: z.string().max(80),
  intervention: z.boolean(),
  clamped: z.string().max(100_000),
}) satisfies z.ZodType<EpisodeRow>;
export const confirmSchema = labelSchema.required().extend({
  /** Rows kept: those for which every camera had its frame. */
  rows: z.number().int().min(1),
});
export type Confirm = z.infer<typeof confirmSchema>;

const json = (type: number, value: unknown): Uint8Array[] =>
  encodeRecord(type, new TextEncoder().encode(JSON.stringify(value)));

export const encodeBegin = (begin: Begin): Uint8Array[] => [MARK, ...json(TYPES.begin, begin)];

export const encodeCamera = (camera: string, config: Omit<EncodedVideo, 'frames'>): Uint8Array[] => {
  const { width, height, codec } = config;
  const description = Buffer.from(config.description).toString('base64');
  return json(TYPES.camera, { camera, width, height, codec, description });
};

export const encodeRow = (row: EpisodeRow): Uint8Array[] => json(TYPES.row, row);
export const encodeConfirm = (confirm: Confirm): Uint8Array[] => json(TYPES.confirm, confirm);
export const encodeDiscard = (): Uint8Array[] => encodeRecord(TYPES.discard);

/** u8 camera (its place in the spec) | u8 key | u32 k | f64 t | data */
const FRAME_HEAD = 14;

export function encodeFrame(camera: number, k: number, frame: EncodedFrame): Uint8Array[] {
  const head = new Uint8Array(FRAME_HEAD);
  const view = new DataView(head.buffer);
  view.setUint8(0, camera);
  view.setUint8(1, frame.key ? 1 : 0);
  view.setUint32(2, k, true);
  view.setFloat64(6, frame.t, true);
  return encodeRecord(TYPES.frame, head, frame.data);
}

/** Null when the record is too short to be one. */
export function decodeFrame(payload: Uint8Array): { camera: number; k: number; frame: EncodedFrame } | null {
  if (payload.length <= FRAME_HEAD) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const frame = { key: view.getUint8(1) === 1, t: view.getFloat64(6, true), data: payload.subarray(FRAME_HEAD) };
  return { camera: view.getUint8(0), k: view.getUint32(2, true), frame };
}
