/** A worker: lists plugins, or carries out one order. */
import type { Frame } from '@curv/plugin';
import { messageOf } from '../message.js';
import { listPlugins } from './list.js';
import { Outbox } from './outbox.js';
import type { FromWorker, Order, ToWorker } from './protocol.js';
import { Gate } from './gate.js';

const tell = (message: FromWorker): void => postMessage(message);

/** Of the order that is carried out. */
let gate = new Gate();
let drawing: ((pixels: Float32Array) => void) | null = null;

async function framesOf(order: Order, own: Gate): Promise<AsyncIterable<Frame>> {
  const host = {
    signal: own.signal,
    onEngine: (name: string, notes: readonly string[]) => tell({ type: 'engine', name, notes }),
    pass: () => own.pass(),
    onLost: (reason: string) => own.abort(new Error(reason)),
  };
  switch (order.kind) {
    case 'demo':
      return (await import('./run-demo.js')).runDemo(order, host);
    case 'lab':
      return (await import('./lab/run-lab.js')).runLab(order, host);
    case 'board': {
      const { runBoard } = await import('./board/run-board.js');
      return runBoard(order, { ...host, onDrawing: (take) => (drawing = take), answer: (answers) => tell({ type: 'answer', answers }) });
    }
  }
}

async function carryOut(order: Order): Promise<void> {
  const own = (gate = new Gate());
  const outbox = new Outbox((frames) => tell({ type: 'frames', frames }));
  try {
    for await (const frame of await framesOf(order, own)) {
      outbox.put(frame);
      await own.pass();
    }
    outbox.flush();
    tell({ type: 'ended', how: 'done' });
  } catch (error) {
    outbox.flush();
    if (own.stopped) tell({ type: 'ended', how: 'stopped' });
    else tell({ type: 'failed', message: messageOf(error) });
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'list':
      return void listPlugins((plugin) => tell({ type: 'plugin', plugin })).then(() => tell({ type: 'listed' }));
    case 'start':
      return void carryOut(data.order);
    case 'pause':
      return gate.close();
    case 'resume':
      return gate.open();
    case 'stop':
      return gate.stop();
    case 'drawing':
      return drawing?.(data.pixels);
  }
});
