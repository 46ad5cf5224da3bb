import { z } from 'zod';
import { jobLogLine } from './models/job.ts';
import { logLine, logRequest, terminalInput, terminalRequest } from './models/stream.ts';

/** `z.instanceof` would promise an ArrayBuffer of its own, which what comes from a socket is not. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Bytes are expected');

/**
 * Long flows from main to the window, some with input back. Each chunk is acknowledged once it is shown; past
 * {@link highWaterMark} unacknowledged bytes or characters main stops pulling from the server, so a flood fills no memory.
 */
export const streams = {
  'jobs.log': { args: z.object({ job: z.string() }), chunk: z.array(jobLogLine), input: z.never() },
  'apps.logs': { args: logRequest, chunk: z.array(logLine), input: z.never() },
  terminal: { args: terminalRequest, chunk: bytes, input: terminalInput },
} as const satisfies Record<string, { args: z.ZodType; chunk: z.ZodType; input: z.ZodType }>;

/** Unacknowledged bytes or characters at which the producer pauses, and at which it goes on. */
export const highWaterMark = 256 * 1024;
export const lowWaterMark = 32 * 1024;

export type Streams = typeof streams;
export type StreamName = keyof Streams;
export type StreamArgs<N extends StreamName> = z.input<Streams[N]['args']>;
export type StreamChunk<N extends StreamName> = z.output<Streams[N]['chunk']>;
export type StreamInput<N extends StreamName> = z.output<Streams[N]['input']>;
export const streamNames = Object.keys(streams) as StreamName[];
