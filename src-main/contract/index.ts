/**
 * The language between the processes: calls, events, streams, models and errors, each declared once as a zod schema.
 * Pure: imports nothing but zod, knows neither Electron nor Node nor the DOM.
 */
export * from './bridge.ts';
export * from './calls.ts';
export * from './choice-rule.ts';
export * from './error-shape.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './models/app.ts';
export * from './models/certificate.ts';
export * from './models/common.ts';
export * from './models/dns-provider.ts';
export * from './models/edge.ts';
export * from './models/edge-difference.ts';
export * from './models/inspection.ts';
export * from './models/job.ts';
export * from './models/port.ts';
export * from './models/preferences.ts';
export * from './models/rollout.ts';
export * from './models/route.ts';
export * from './models/scan-preview.ts';
export * from './models/server.ts';
export * from './models/source.ts';
export * from './models/stream.ts';
export * from './settings-changes.ts';
export * from './streams.ts';
export * from './words.ts';
