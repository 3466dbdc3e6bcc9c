import { Firestore } from '@google-cloud/firestore';
import { expect, it } from 'vitest';
import { StoreHandle } from '../../store/handle.ts';
import type { App } from '../openapi.ts';
import { newApp } from '../openapi.ts';
import { ask } from '../test-support.ts';
import { storeHandle } from './store-handle.ts';

it('gives each request a handle of its own on the one Firestore', async () => {
  const firestore = new Firestore({ projectId: 'demo-unit' });
  const handles: StoreHandle[] = [];
  const app: App = newApp();
  app.use(
    storeHandle(
      () => firestore,
      () => 77,
    ),
  );
  app.get('/', (c) => {
    handles.push(c.var.store);
    c.var.store.operations.reads += 1;
    return c.body(null, 204);
  });
  await Promise.all([ask(app, '/'), ask(app, '/')]);
  const [first, second] = handles;
  expect(first).toBeInstanceOf(StoreHandle);
  expect(first).not.toBe(second);
  expect(handles.map(({ operations }) => operations)).toEqual([
    { reads: 1, writes: 0 },
    { reads: 1, writes: 0 },
  ]);
  expect(first?.firestore).toBe(firestore);
  expect(second?.firestore).toBe(firestore);
  expect(first?.now()).toBe(77);
});
