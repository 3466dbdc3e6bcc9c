import { useId } from 'react';
import { SelectField } from '#components/ui/select-field.tsx';
import type { Provider } from '#lib/api/types.ts';
import { choicesOf, FORMATS, fitted, type MakeForm } from '../state/make.ts';

interface MakeFieldsProps {
  form: MakeForm;
  onChange: (form: MakeForm) => void;
  models: readonly ImageModel[];
  /** What the prompt is of. */
  promptLabel: string;
  placeholder: string;
}

export interface ImageModel {
  ref: string;
  name: string;
  sandbox: boolean;
}

export const imageModels = (providers: readonly Provider[] = []): ImageModel[] =>
  providers.flatMap(({ id, sandbox, models }) =>
    models
      .filter(({ capabilities }) => capabilities.includes('images'))
      .map(({ id: model, name }) => ({ ref: `${id}/${model}`, name, sandbox })),
  );

/** The prompt, and how the pictures are to be. */
export function MakeFields({ form, onChange, models, promptLabel, placeholder }: MakeFieldsProps) {
  const id = useId();
  const change = (fields: Partial<MakeForm>) => onChange({ ...form, ...fields });
  const model = form.model || (models[0]?.ref ?? '');
  const { sizes, qualities, most } = choicesOf(model);
  const { size, quality, n } = fitted(form, model);
  const counts = Array.from({ length: most }, (_, at) => String(at + 1));
  return (
    <>
      <label htmlFor={id} className="font-medium">
        {promptLabel}
      </label>
      <textarea
        id={id}
        value={form.prompt}
        onChange={(event) => change({ prompt: event.target.value })}
        rows={3}
        maxLength={32_000}
        placeholder={placeholder}
        className="mt-1 block max-h-[30dvh] min-h-20 w-full resize-none rounded-md border border-control bg-panel px-2.5 py-2 text-answer field-sizing-content coarse:text-input"
      />
      <div className="mt-3 grid grid-cols-2 gap-3">
        <SelectField
          label="Model"
          className="col-span-2"
          value={model}
          onChange={(event) => change({ model: event.target.value })}
          options={models.map(({ ref, name }) => [ref, name] as const)}
        />
        <SelectField
          label="Size"
          value={size}
          onChange={(event) => change({ size: event.target.value })}
          options={sizes}
        />
        <SelectField
          label="Quality"
          value={quality}
          onChange={(event) => change({ quality: event.target.value as MakeForm['quality'] })}
          options={qualities}
        />
        <SelectField
          label="Format"
          value={form.format}
          onChange={(event) => change({ format: event.target.value as MakeForm['format'] })}
          options={FORMATS}
        />
        <SelectField
          label="Pictures"
          value={String(n)}
          onChange={(event) => change({ n: Number(event.target.value) })}
          options={counts.map((count) => [count, count] as const)}
        />
      </div>
    </>
  );
}
