import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { afterAll, describe, expect, it } from 'vitest';
import { StoreHandle } from './handle.ts';

interface Thing {
  name: string;
  size?: number;
}

const firestore = new Firestore({ projectId: 'demo-store' });
afterAll(() => firestore.terminate());
const handle = () => new StoreHandle(firestore, Date.now);
const newRef = () =>
  firestore
    .collection('things')
    .doc(randomUUID())
    .withConverter<Thing>({
      toFirestore: (thing) => thing as Thing,
      fromFirestore: (snapshot) => snapshot.data() as Thing,
    });

describe('the handle on the store', () => {
  it('finds nothing where there is nothing', async () => {
    expect(await handle().get(newRef())).toBeUndefined();
  });

  it('creates once', async () => {
    const [store, ref] = [handle(), newRef()];
    expect(await store.create(ref, { name: 'first' })).toBe(true);
    expect(await store.create(ref, { name: 'second' })).toBe(false);
    expect((await store.get(ref))?.data).toEqual({ name: 'first' });
  });

  it('updates what is there, and creates nothing by updating', async () => {
    const [store, ref] = [handle(), newRef()];
    expect(await store.update(ref, { size: 1 })).toBe(false);
    expect(await store.get(ref)).toBeUndefined();
    await store.create(ref, { name: 'thing' });
    expect(await store.update(ref, { size: 2 })).toBe(true);
    expect((await store.get(ref))?.data).toEqual({ name: 'thing', size: 2 });
  });

  it('updates only what has not changed since it was read', async () => {
    const [store, ref] = [handle(), newRef()];
    await store.create(ref, { name: 'thing' });
    const seen = await store.get(ref);
    await store.update(ref, { size: 1 });
    const lastUpdateTime = seen?.updateTime;
    if (!lastUpdateTime) throw new Error('not created');
    expect(await store.update(ref, { size: 2 }, { lastUpdateTime })).toBe(false);
    expect((await store.get(ref))?.data.size).toBe(1);
  });

  it('of many who create or update from the same state lets one through', async () => {
    const [store, ref] = [handle(), newRef()];
    const created = await Promise.all([1, 2, 3, 4, 5].map((size) => store.create(ref, { name: 'x', size })));
    expect(created.filter(Boolean)).toHaveLength(1);
    const lastUpdateTime = (await store.get(ref))?.updateTime;
    if (!lastUpdateTime) throw new Error('not created');
    // Other sizes than the one that is there: an update that changes nothing leaves no trace to be seen.
    const updated = await Promise.all(
      [6, 7, 8, 9, 10].map((size) => store.update(ref, { size }, { lastUpdateTime })),
    );
    expect(updated.filter(Boolean)).toHaveLength(1);
  });

  it('commits all or nothing', async () => {
    const [store, one, missing] = [handle(), newRef(), newRef()];
    await expect(
      store.commit(2, (batch) => {
        batch.create(one, { name: 'one' });
        batch.update(missing, { size: 1 });
      }),
    ).rejects.toMatchObject({ code: 5 });
    expect(await store.get(one)).toBeUndefined();
  });

  it('counts what it does', async () => {
    const [store, ref] = [handle(), newRef()];
    await store.create(ref, { name: 'a' });
    await store.get(ref);
    await store.get(ref);
    await store.update(ref, { size: 1 });
    await store.commit(3, (batch) => batch.delete(ref));
    await store.delete(ref);
    expect(store.operations).toEqual({ reads: 2, writes: 6 });
  });
});
