import type { Model } from 'openai/resources/models';
import type { Reply } from '../provider.ts';
import { unknownModel } from './errors.ts';

const IDS =
  `gpt-6.1-sol gpt-6.1-terra gpt-6-astra gpt-6-sol gpt-6-luna gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-5.5
  gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 gpt-5.1 gpt-5 gpt-5-mini gpt-5-nano gpt-4.1 gpt-4.1-mini gpt-4.1-nano
  o4-mini o3 gpt-4o gpt-4o-mini gpt-image-2.6-sunburst gpt-image-2.6-flare gpt-image-2.5-sunburst gpt-image-2.5-flare
  gpt-image-2 gpt-image-1.5 gpt-image-1-mini`.split(/\s+/);

/** `GET /v1/models`. */
export function listModels(): Reply {
  return { kind: 'json', status: 200, body: { object: 'list', data: IDS.map(modelOf) } };
}

/** `GET /v1/models/{id}`: any id that the sandbox would answer for. */
export function retrieveModel(id: string): Reply {
  if (id.startsWith('unknown')) unknownModel(id);
  return { kind: 'json', status: 200, body: modelOf(id) };
}

function modelOf(id: string): Model {
  return { id, object: 'model', created: 1_767_225_600, owned_by: 'system' };
}
