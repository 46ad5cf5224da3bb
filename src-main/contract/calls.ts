import { z } from 'zod';
import { appDetail, appSettings, release, releaseComparison } from './models/app.ts';
import { certificateRequest, certificatesOverview, challengeKind, httpsMode } from './models/certificate.ts';
import { appName, fingerprint, hostName, portNumber, serverId } from './models/common.ts';
import { edgePlan, edgeUpdateWay } from './models/edge.ts';
import { edgeDifference } from './models/edge-difference.ts';
import { deployTarget, folderInspection } from './models/inspection.ts';
import { jobSummary } from './models/job.ts';
import { portChange, portsView } from './models/port.ts';
import { appInfo, preferences } from './models/preferences.ts';
import { rolloutView } from './models/rollout.ts';
import { routeChange, routesView, routeTraffic } from './models/route.ts';
import { authentication, containerSummary, serverName, serverSummary } from './models/server.ts';
import { fileChoices } from './models/source.ts';

const nothing = z.null();
const none = z.object({});
const onServer = z.object({ server: serverId });
const onApp = z.object({ server: serverId, app: appName });
/** Calls that start a job answer at once with its id; progress comes by `jobs.changed` and the `jobs.log` stream. */
const job = z.object({ job: z.string() });
const releaseNumber = z.number().int().min(1);

/** How a server is called and reached. */
const serverDetails = z.object({
  name: serverName,
  host: z.string().min(1).max(253),
  port: portNumber,
  user: z.string().min(1).max(64),
  authentication,
});

const settingShape = appSettings.shape;

/** Which settings a deploy or a change gives; what is left out stays as the live release has it. */
export const settingsChange = appSettings
  // A default would be given where nothing is: what was set before would be lost.
  .extend({
    healthIntervalSeconds: settingShape.healthIntervalSeconds.unwrap(),
    healthTimeoutSeconds: settingShape.healthTimeoutSeconds.unwrap(),
    healthRetries: settingShape.healthRetries.unwrap(),
    watchSeconds: settingShape.watchSeconds.unwrap(),
    oneAtATime: settingShape.oneAtATime.unwrap(),
  })
  .partial();
export type SettingsChange = z.infer<typeof settingsChange>;

/** For how long requests of an app may be made to wait. */
export const pauseSeconds = z.number().int().min(5, 'At least 5 seconds').max(600, 'At most 600 seconds');

export const deployRequest = z.object({
  server: serverId,
  app: appName,
  path: z.string().min(1),
  settings: settingsChange,
  /** The Dockerfile text to build with; null takes the folder's own, or else the proposed one. */
  dockerfile: z.string().max(200_000).nullable(),
  /** Which files go beyond or short of what the rules say. */
  ...fileChoices.shape,
  /** Hold back nothing that looks like a secret: of this deploy alone, since it is never remembered. */
  allowSecrets: z.boolean().optional(),
});
export type DeployRequest = z.infer<typeof deployRequest>;

/**
 * Every request that the window can make of the main process: one line each, `args` and `result` as schemas.
 * Main parses both; the preload offers these names and no others.
 */
export const calls = {
  'app.info': { args: none, result: appInfo },
  'preferences.get': { args: none, result: preferences },
  'preferences.set': { args: preferences, result: preferences },

  'servers.list': { args: none, result: z.array(serverSummary) },
  'servers.add': { args: serverDetails, result: serverSummary },
  /** Another host or port asks for its host key anew. `busy` while a job runs that another login would cut off. */
  'servers.edit': { args: serverDetails.extend({ server: serverId }), result: serverSummary },
  'servers.remove': { args: onServer, result: nothing },
  /** Starts or retries the connection now; what it needs shows in its state. */
  'servers.connect': { args: onServer, result: nothing },
  'servers.disconnect': { args: onServer, result: nothing },
  /** Pins the key that the server offered. With a changed key `typedHost` must be the server's host name, typed by the user. */
  'servers.accept-host-key': { args: z.object({ server: serverId, fingerprint, typedHost: z.string().optional() }), result: nothing },
  /** Gives a password or passphrase that the connection waits for. `remember` puts it into the operating system's store. */
  'servers.give-secret': {
    args: z.object({
      server: serverId,
      kind: z.enum(['password', 'passphrase', 'sudo']),
      value: z.string().min(1).max(4096),
      remember: z.boolean(),
    }),
    result: z.object({ remembered: z.boolean() }),
  },
  'servers.set-up': { args: onServer, result: job },
  'servers.containers': { args: onServer, result: z.array(containerSummary) },
  'servers.refresh': { args: onServer, result: serverSummary },

  'folders.pick': { args: none, result: z.object({ path: z.string().nullable() }) },
  /**
   * Scans the folder and recognises how to build it. Sends nothing. Without choices those are taken that are remembered for the
   * app it goes to, where it is known which, or else for the folder.
   */
  'folders.inspect': {
    args: z.object({ path: z.string().min(1), target: deployTarget.nullable(), choices: fileChoices.nullable() }),
    result: folderInspection,
  },
  /** The choices that a deploy of the folder to the app would begin with. */
  'choices.get': { args: z.object({ path: z.string().min(1), target: deployTarget }), result: fileChoices },
  /** Remembers choices for an app, or for the folder while there is no app yet. */
  'choices.set': { args: z.object({ path: z.string().min(1), target: deployTarget.nullable(), choices: fileChoices }), result: nothing },

  'deploy.start': { args: deployRequest, result: job },

  'apps.get': { args: onApp, result: appDetail },
  /** Where the replicas of its releases stand now. Of an app that is not there yet, too: its first release may be on the way. */
  'apps.rollout': { args: onApp, result: rolloutView },
  'apps.configure': { args: onApp.extend({ settings: settingsChange }), result: job },
  'apps.restart': { args: onApp, result: job },
  'apps.stop': { args: onApp, result: job },
  'apps.start': { args: onApp, result: job },
  'apps.pause': { args: onApp.extend({ seconds: pauseSeconds }), result: job },
  'apps.resume': { args: onApp, result: job },
  'apps.remove': { args: onApp, result: job },
  /** Opens the app in the browser: by its name where that resolves to the server, else by a tunnel through the SSH connection. */
  'apps.open': { args: onApp, result: z.object({ url: z.string(), by: z.enum(['name', 'tunnel']) }) },
  'releases.list': { args: onApp, result: z.array(release) },
  /** What going from one release to another changes. Has no value of a variable in it. */
  'releases.compare': { args: onApp.extend({ from: releaseNumber, to: releaseNumber }), result: releaseComparison },
  'releases.roll-back': { args: onApp.extend({ number: releaseNumber.nullable() }), result: job },

  'certificates.list': { args: onServer, result: certificatesOverview },
  /** Asks an authority by ACME; the certificate is then served and renewed by the server alone. */
  'certificates.obtain': { args: onServer.extend(certificateRequest.shape), result: job },
  /** Serves a certificate of the user's own: its chain and its key, each as PEM. */
  'certificates.install': {
    args: onServer.extend({ chain: z.string().min(1).max(200_000), key: z.string().min(1).max(50_000) }),
    result: z.object({ name: z.string(), warning: z.string().nullable() }),
  },
  'certificates.remove': { args: onServer.extend({ name: z.string().max(200) }), result: nothing },
  /** How plain requests of a host are answered; null serves them as they are. */
  'certificates.set-https': { args: onServer.extend({ host: hostName, mode: httpsMode.nullable() }), result: nothing },
  /** Takes a renewing service off the server, or all of them. Certificates go on being served until they end. */
  'certificates.remove-renewer': { args: onServer.extend({ challenge: challengeKind.optional() }), result: nothing },

  'routes.list': { args: onServer, result: routesView },
  /** What the edge counts of each route now. */
  'routes.traffic': { args: onServer, result: z.array(routeTraffic) },
  /** What differs between the edge and what would be written there: now, or with a change of the routes, which is not made. */
  'routes.difference': { args: onServer.extend({ change: routeChange.nullable() }), result: edgeDifference },
  /** Changes the routes and tells the edge; answers with what there is then. */
  'routes.change': { args: onServer.extend({ change: routeChange }), result: routesView },

  'ports.list': { args: onServer, result: portsView },
  /** Adds, changes or removes a port, and waits until it is so; answers with what there is then. */
  'ports.change': { args: onServer.extend({ change: portChange }), result: portsView },

  /** What renewing the edge itself would do, and what visitors are to expect. Changes nothing. */
  'edge.plan': { args: onServer.extend({ way: edgeUpdateWay }), result: edgePlan },
  'edge.update': { args: onServer.extend({ way: edgeUpdateWay, force: z.boolean() }), result: job },

  'jobs.list': { args: none, result: z.array(jobSummary) },
  'jobs.get': { args: job, result: jobSummary },
  'jobs.cancel': { args: job, result: nothing },
  'jobs.clear': { args: none, result: nothing },

  'clipboard.write': { args: z.object({ text: z.string().max(50_000_000) }), result: nothing },
  'clipboard.read': { args: none, result: z.object({ text: z.string() }) },
  /** Asks where to save, then writes. `path` is null when the user changed their mind. */
  'files.save': {
    args: z.object({ suggestedName: z.string().min(1).max(200), text: z.string() }),
    result: z.object({ path: z.string().nullable() }),
  },
  /** Opens an https link, or http on this computer for a tunnel, in the user's browser. */
  'links.open': { args: z.object({ url: z.string().max(4096) }), result: nothing },
} as const satisfies Record<string, { args: z.ZodType; result: z.ZodType }>;

export type Calls = typeof calls;
export type CallName = keyof Calls;
export type CallArgs<N extends CallName> = z.input<Calls[N]['args']>;
export type ParsedArgs<N extends CallName> = z.output<Calls[N]['args']>;
export type CallResult<N extends CallName> = z.output<Calls[N]['result']>;
export const callNames = Object.keys(calls) as CallName[];
