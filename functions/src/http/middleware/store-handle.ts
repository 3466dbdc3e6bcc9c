import type { Firestore } from '@google-cloud/firestore';
import { createMiddleware } from 'hono/factory';
import { StoreHandle } from '../../store/handle.ts';
import type { AppEnv } from '../env.ts';

/** DatabaseSessionMiddleware: the request's handle on Firestore, which counts what the request does with it. */
export const storeHandle = (firestore: () => Firestore, now: () => number) =>
  createMiddleware<AppEnv>(async (c, next) => {
    c.set('store', new StoreHandle(firestore(), now));
    await next();
  });
