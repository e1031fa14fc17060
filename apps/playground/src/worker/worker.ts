/** A worker: carries out orders, one after the other. */
import type { Frame } from '@curv/plugin';
import { messageOf } from '../message.js';
import { Outbox } from './outbox.js';
import type { FromWorker, Order, ToWorker } from './protocol.js';
import { Gate } from './gate.js';
import { runDemo } from './run-demo.js';

const tell = (message: FromWorker): void => postMessage(message);

/** Of the order that is carried out. */
let gate = new Gate();
let drawing: ((pixels: Float32Array) => void) | null = null;
/** A drawing may come before whoever reads it is ready. */
let drawn: Float32Array | null = null;

async function framesOf(order: Order, own: Gate): Promise<AsyncIterable<Frame>> {
  const host = {
    signal: own.signal,
    onEngine: (name: string, notes: readonly string[]) => tell({ type: 'engine', name, notes }),
    pass: () => own.pass(),
    // What waits for a dead engine may wait for ever, so that the page is told at once.
    onLost(reason: string) {
      own.abort(new Error(reason));
      tell({ type: 'failed', message: reason });
    },
  };
  switch (order.kind) {
    case 'demo':
      return runDemo(order, host);
    case 'lab':
      return (await import('./lab/run-lab.js')).runLab(order, host);
    case 'board': {
      const { runBoard } = await import('./board/run-board.js');
      const onDrawing = (take: (pixels: Float32Array) => void): void => {
        drawing = take;
        if (drawn) take(drawn);
      };
      return runBoard(order, { ...host, onDrawing, answer: (answers) => tell({ type: 'answer', answers }) });
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
    case 'start':
      return void carryOut(data.order);
    case 'pause':
      return gate.close();
    case 'resume':
      return gate.open();
    case 'stop':
      return gate.stop();
    case 'drawing':
      drawn = data.pixels;
      return drawing?.(data.pixels);
  }
});
