import type { Deps } from '../../../deps.ts';
import { embeddingsToGemini, wantsBase64 } from '../../wire/embeddings-to-gemini/request.ts';
import { requiredText } from '../../wire/fields.ts';
import { setModel } from '../../wire/model-request.ts';
import { openAiErrors } from '../../wire/openai/errors.ts';
import { callModels } from './call-models.ts';
import { carryOver } from './carry-over.ts';
import { type GatewayContext, OPENAI_HEADERS } from './context.ts';
import { asEmbeddings, asItCame } from './renditions.ts';

/** `POST /v1/embeddings` */
export async function embeddings(c: GatewayContext, deps: Deps): Promise<Response> {
  const { json, requestId } = c.var;
  return callModels(c, deps, {
    route: 'v1/embeddings',
    named: { model: requiredText(json.body, 'model') },
    capability: 'embeddings',
    forms: {
      embeddings: ({ model }) => ({
        json: setModel(json, model.id),
        headers: OPENAI_HEADERS,
        rendition: () => asItCame(requestId, openAiErrors),
      }),
      embedContents({ model: { id } }) {
        const base64 = wantsBase64(json.body);
        return {
          ...carryOver(c, id, (lost) => embeddingsToGemini(json.body, id, lost)),
          rendition: () => asEmbeddings(requestId, id, base64),
        };
      },
    },
  });
}
