import { useId } from 'react';
import { SelectField } from '#components/ui/select-field.tsx';
import { INPUT } from '#components/ui/text-field.tsx';
import { cx } from '#lib/cx.ts';
import { changeDraft, type Draft, structureOf } from '../state/draft.ts';
import { SAMPLE_SCHEMA, SAMPLE_TOOLS } from '../state/samples.ts';

const CHOICES = [
  ['auto', 'The model decides'],
  ['required', 'It must call one'],
  ['none', 'It must not call any'],
] as const;

/** What the model may call, and the schema that its answer is to follow; both as JSON. */
export default function StructureEditors({ draft }: { draft: Draft }) {
  const { wrong = {} } = structureOf(draft);
  return (
    <div className="mb-2.5 grid gap-x-4 gap-y-3 md:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-2">
        <JsonEditor
          label="Tools"
          value={draft.tools}
          error={wrong.tools}
          sample={SAMPLE_TOOLS}
          onChange={(tools) => changeDraft({ tools })}
        />
        {draft.tools.trim() !== '' && (
          <SelectField
            label="Tool choice"
            labelHidden
            options={CHOICES}
            value={draft.toolChoice}
            onChange={(event) => changeDraft({ toolChoice: event.target.value as Draft['toolChoice'] })}
          />
        )}
      </div>
      <JsonEditor
        label="Answer schema"
        value={draft.schema}
        error={wrong.schema}
        sample={SAMPLE_SCHEMA}
        onChange={(schema) => changeDraft({ schema })}
      />
    </div>
  );
}

interface JsonEditorProps {
  label: string;
  value: string;
  error: string | undefined;
  sample: unknown;
  onChange: (text: string) => void;
}

function JsonEditor({ label, value, error, sample, onChange }: JsonEditorProps) {
  const id = useId();
  return (
    <div className="min-w-0">
      <div className="mb-1 flex items-baseline justify-between gap-4">
        <label htmlFor={id} className="label">
          {label}
        </label>
        <button
          type="button"
          className="rounded-sm text-mute underline underline-offset-2 hover:text-ink"
          aria-label={value === '' ? `Sample for ${label}` : `Clear ${label}`}
          onClick={() => onChange(value === '' ? JSON.stringify(sample, null, 2) : '')}
        >
          {value === '' ? 'Sample' : 'Clear'}
        </button>
      </div>
      <textarea
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        rows={3}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        placeholder="JSON"
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        className={cx(
          INPUT,
          'num block h-auto max-h-[26dvh] min-h-16 resize-none py-1.5 field-sizing-content',
        )}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className="mt-1 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
