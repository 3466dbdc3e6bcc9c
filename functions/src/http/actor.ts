import type { Context } from 'hono';
import type { Actor } from '../services/api-keys/api-key.ts';
import type { AppEnv } from './env.ts';

/** Who makes this request, as the audit log names them. */
export function actorOf<E extends AppEnv>(c: Context<E>, uid: string): Actor {
  return { id: uid, ip: c.get('clientIp'), userAgent: c.req.header('user-agent')?.slice(0, 300) ?? null };
}
