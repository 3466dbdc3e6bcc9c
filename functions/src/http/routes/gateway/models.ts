import type { Context } from 'hono';
import type { Deps } from '../../../deps.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { Principal } from '../../../domain/principal.ts';
import { readGrant } from '../../../services/gateway/read-grant.ts';
import { listAliases } from '../../../services/list-aliases.ts';
import { listProviders } from '../../../services/list-providers.ts';
import type { AppEnv } from '../../env.ts';
import { anthropicModel, anthropicModels } from '../../wire/anthropic/models.ts';
import { isAnthropic } from '../../wire/errors.ts';
import { type OfferedModel, openAiModel, openAiModels } from '../../wire/openai/models.ts';

type C = Context<AppEnv & { Variables: { principal: Principal } }>;

/** `GET /v1/models`, of what the caller may use. */
export async function listModels(c: C, deps: Deps): Promise<Response> {
  const models = await offered(c, deps);
  return c.json(isAnthropic(c) ? anthropicModels(models, c.req.query()) : openAiModels(models));
}

/** `GET /v1/models/{id}`; the id may be `provider/model`. */
export async function retrieveModel(c: C, id: string, deps: Deps): Promise<Response> {
  const models = await offered(c, deps);
  const found = models.find((model) => [model.id, `${model.provider}/${model.id}`].includes(id));
  if (!found) throw new GatewayError('not_found', `There is no model ${id}.`);
  return c.json((isAnthropic(c) ? anthropicModel : openAiModel)(found));
}

/** The models, and the aliases as models of our own. Anthropic's API has chat models alone. */
async function offered(c: C, deps: Deps): Promise<OfferedModel[]> {
  const grant = await readGrant(c.var.store, c.var.principal);
  const own = listProviders(deps.providers, grant).providers.flatMap(({ id, models }) =>
    models.map((model) => ({ ...model, provider: id })),
  );
  const aliases = listAliases(deps.config.modelAliases, grant).flatMap(({ id, models: [first] }) => {
    const target = own.find((model) => `${model.provider}/${model.id}` === first);
    return target ? [{ ...target, id, name: id, provider: 'firegate' }] : [];
  });
  const models = [...own, ...aliases];
  return isAnthropic(c) ? models.filter(({ capabilities }) => capabilities.includes('chat')) : models;
}
