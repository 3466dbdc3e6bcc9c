import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CodeBlock } from '#components/markdown/CodeBlock.tsx';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { Tabs } from '#components/ui/tabs.tsx';
import { loadConfig } from '#lib/config.ts';
import { anthropicCode } from '../code/anthropic.ts';
import { curlCode } from '../code/curl.ts';
import { fetchCode } from '../code/fetch.ts';
import { openAiCode, openAiPythonCode } from '../code/openai.ts';
import { codeRequest } from '../code/request.ts';
import type { Draft } from '../state/draft.ts';
import type { ColumnSpec, ModelChoice } from '../state/models.ts';

const WAYS = [
  ['curl', 'bash', curlCode],
  ['OpenAI', 'javascript', openAiCode],
  ['Python', 'python', openAiPythonCode],
  ['Anthropic', 'javascript', anthropicCode],
  ['fetch', 'javascript', fetchCode],
] as const;

interface ViewCodeProps {
  draft: Draft;
  columns: readonly (ColumnSpec & { choice: ModelChoice })[];
  onClose: () => void;
}

/** The present request as code, to be copied. Credentials stay out: what is copied gets pasted anywhere. */
export default function ViewCode({ draft, columns, onClose }: ViewCodeProps) {
  const [first] = columns;
  const [key, setKey] = useState(first?.key);
  const { choice } = columns.find((column) => column.key === key) ?? first ?? {};
  const config = useQuery({ queryKey: ['client-config'], queryFn: loadConfig, staleTime: Infinity });
  const request =
    choice && config.data
      ? codeRequest(draft, choice, { origin: location.origin, functions: config.data.functionsBaseUrl })
      : undefined;
  return (
    <Dialog
      onClose={onClose}
      title="View code"
      description="The request as it is now. FIREGATE_API_KEY is an API key with the scope generate; fetch needs none."
      wide
    >
      <div className="flex min-w-0 flex-col gap-3">
        {columns.length > 1 && (
          <SelectField
            label="Model"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            options={columns.map((column) => [column.key, column.ref] as const)}
          />
        )}
        {request !== undefined && (
          <Tabs
            label="Ways to send it"
            tabs={WAYS.map(([name, language, write]) => ({
              name,
              content: (
                <div className="prose">
                  <CodeBlock code={write(request)} language={language} />
                </div>
              ),
            }))}
          />
        )}
        <Button className="w-fit self-end" onClick={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
