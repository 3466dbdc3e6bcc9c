import type { Context } from 'hono';
import type { Principal } from '../../../domain/principal.ts';
import type { AppEnv } from '../../env.ts';
import type { WithJsonText } from './json-text.ts';

/** What the routes that call a model have before them. */
export type GatewayContext = Context<AppEnv & WithJsonText & { Variables: { principal: Principal } }>;

/** The headers by which a client chooses a provider's version and previews. */
export const OPENAI_HEADERS = ['openai-beta'] as const;
export const ANTHROPIC_HEADERS = ['anthropic-version', 'anthropic-beta'] as const;
