import { createMiddleware } from 'hono/factory';
import type { Deps } from '../../../deps.ts';
import { fileReader } from '../../../services/files/file-reader.ts';
import { withStoredFiles } from '../../wire/stored-files.ts';
import type { GatewayContext } from './context.ts';

/** Puts files of ours that a body refers to into it, before anything is converted or bounded. */
export const storedFiles = (deps: Deps) =>
  createMiddleware(async (context, next) => {
    const c = context as unknown as GatewayContext;
    const load = fileReader({ store: c.var.store, bucket: deps.bucket }, c.var.principal);
    c.set('json', await withStoredFiles(c.var.json, load));
    await next();
  });
