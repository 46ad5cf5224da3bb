/**
 * The only bridge between the page and the rest: `window.longshore`, as the contract declares it. Runs sandboxed in the
 * window's process, in a world apart from the page's; hands out no ipcRenderer and sends nothing but the contract's names.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  type Bridge,
  callNames,
  type ErrorShape,
  type EventName,
  eventNames,
  type StreamHandlers,
  type StreamName,
  streamNames,
} from './contract/index.ts';
import { channels, type StreamMessage, type StreamRequest } from './ipc/wire.ts';

type Listener = (payload: unknown) => void;
interface OpenStream {
  readonly onChunk: (chunk: never, acknowledge: () => void) => void;
  readonly onEnd: (error: ErrorShape | null) => void;
}

const listeners = new Map<EventName, Set<Listener>>();
const open = new Map<string, OpenStream>();

ipcRenderer.on(channels.event, (_event, name: EventName, payload: unknown) => {
  for (const listener of [...(listeners.get(name) ?? [])]) listener(payload);
});

ipcRenderer.on(channels.stream, (_event, message: StreamMessage) => {
  const stream = open.get(message.id);
  if (!stream) return;
  if (message.kind === 'end') {
    open.delete(message.id);
    stream.onEnd(message.error);
    return;
  }
  let acknowledged = false;
  stream.onChunk(message.chunk as never, () => {
    if (acknowledged) return;
    acknowledged = true;
    ask({ kind: 'acknowledge', id: message.id, number: message.number });
  });
});

function ask(request: StreamRequest): void {
  ipcRenderer.send(channels.stream, request);
}

function checkName(names: readonly string[], name: string, what: string): void {
  if (!names.includes(name)) throw new Error(`There is no ${what} named ${JSON.stringify(name)}`);
}

function openStream<N extends StreamName>(name: N, args: unknown, handlers: StreamHandlers<N>): ReturnType<Bridge['open']> {
  checkName(streamNames, name, 'stream');
  const id = crypto.randomUUID();
  open.set(id, handlers);
  ask({ kind: 'open', id, name, args });
  return {
    send: (input) => {
      if (open.has(id)) ask({ kind: 'input', id, input });
    },
    close: () => {
      if (open.delete(id)) ask({ kind: 'close', id });
    },
  };
}

const bridge: Bridge = {
  call: async (name, args, id) => {
    checkName(callNames, name, 'call');
    return ipcRenderer.invoke(channels.call, name, args, id);
  },
  cancel: (id) => ipcRenderer.send(channels.cancel, id),
  on: (name, listener) => {
    checkName(eventNames, name, 'event');
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all);
    // A wrapper, so that the same function may be registered twice and each registration ends alone.
    const own: Listener = (payload) => listener(payload as never);
    all.add(own);
    return () => {
      all.delete(own);
    };
  },
  open: openStream,
  pathForFile: (file) => webUtils.getPathForFile(file),
};

// What crosses is copied and frozen by Electron, the property itself cannot be written.
contextBridge.exposeInMainWorld('longshore', bridge);
