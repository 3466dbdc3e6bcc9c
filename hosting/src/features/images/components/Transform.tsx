import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { announceUsage } from '#lib/usage-news.ts';
import { transform } from '../api/transform.ts';
import { operationsOf, type TransformForm, UNCHANGED } from '../state/operations.ts';
import { dimensions, formatName, type StoredFile, size } from '../state/picture.ts';
import { Picture } from './Picture.tsx';

const FITS = [
  ['inside', 'Inside the box'],
  ['cover', 'Fill the box, cut'],
  ['contain', 'Inside, with borders'],
  ['fill', 'Stretch'],
] as const;
const ANGLES = [
  ['0', 'Not'],
  ['90', 'Right, 90°'],
  ['180', 'Upside down'],
  ['270', 'Left, 90°'],
] as const;
const FLIPS = [
  ['none', 'Not'],
  ['horizontal', 'Left and right'],
  ['vertical', 'Top and bottom'],
] as const;
const FORMATS = [
  ['', 'As it is'],
  ['png', 'PNG'],
  ['jpeg', 'JPEG'],
  ['webp', 'WebP'],
  ['avif', 'AVIF'],
  ['gif', 'GIF'],
] as const;

/** A stored picture, changed without a model; the two stand beside each other. */
export function Transform({ file }: { file: StoredFile }) {
  const [form, setForm] = useState<TransformForm>(UNCHANGED);
  const client = useQueryClient();
  const work = useMutation({
    mutationFn: () => transform(file.id, operationsOf(form)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['image-files'] }),
    onSettled: announceUsage,
  });
  const change = (fields: Partial<TransformForm>) => setForm({ ...form, ...fields });
  const crop = (fields: Partial<TransformForm['crop']>) => change({ crop: { ...form.crop, ...fields } });
  const ready = operationsOf(form).length > 0;
  const error = work.error === null ? undefined : toApiError(work.error);
  const number = (label: string, value: string, set: (text: string) => void) => (
    <TextField
      label={label}
      inputMode="numeric"
      pattern="[0-9]*"
      value={value}
      onChange={(event) => set(event.target.value.replace(/[^0-9]/g, ''))}
    />
  );
  return (
    <div className="grid gap-6 lg:grid-cols-[22rem_1fr]">
      <form
        aria-label="Transform"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !work.isPending) work.mutate();
        }}
      >
        <fieldset>
          <legend className="label mb-1">Crop</legend>
          <div className="grid grid-cols-4 gap-2">
            {number('Left', form.crop.left, (left) => crop({ left }))}
            {number('Top', form.crop.top, (top) => crop({ top }))}
            {number('Wide', form.crop.width, (width) => crop({ width }))}
            {number('High', form.crop.height, (height) => crop({ height }))}
          </div>
        </fieldset>
        <div className="mt-3 grid grid-cols-2 gap-3">
          <SelectField
            label="Turn"
            value={form.angle}
            onChange={(event) => change({ angle: event.target.value as TransformForm['angle'] })}
            options={ANGLES}
          />
          <SelectField
            label="Mirror"
            value={form.flip}
            onChange={(event) => change({ flip: event.target.value as TransformForm['flip'] })}
            options={FLIPS}
          />
        </div>
        <fieldset className="mt-3">
          <legend className="label mb-1">Resize</legend>
          <div className="grid grid-cols-2 gap-3">
            {number('Width', form.width, (width) => change({ width }))}
            {number('Height', form.height, (height) => change({ height }))}
            <SelectField
              label="Fit"
              value={form.fit}
              onChange={(event) => change({ fit: event.target.value as TransformForm['fit'] })}
              options={FITS}
            />
            <div className="self-end pb-1.5">
              <Checkbox
                label="May get larger"
                checked={form.enlarge}
                onChange={(event) => change({ enlarge: event.target.checked })}
              />
            </div>
          </div>
        </fieldset>
        <div className="mt-3 grid grid-cols-2 gap-3">
          <SelectField
            label="Format"
            value={form.format}
            onChange={(event) => change({ format: event.target.value as TransformForm['format'] })}
            options={FORMATS}
          />
          {number('Quality, 1–100', form.quality, (quality) => change({ quality }))}
        </div>
        <div className="mt-4 flex flex-wrap gap-2">
          <Button
            type="submit"
            variant="primary"
            busy={work.isPending}
            disabled={!ready}
            focusableWhenDisabled
          >
            {work.isPending ? 'Working…' : 'Transform'}
          </Button>
          <Button onClick={() => setForm(UNCHANGED)}>Reset</Button>
        </div>
        <p className="mt-2 text-mute">
          Place, camera and all else that is stored beside the pixels is left out.
        </p>
      </form>
      <div className="grid min-w-0 content-start gap-6 xl:grid-cols-2">
        <Side title="Before" file={file} />
        {error !== undefined && (
          <Notice tone="failed" live>
            <p>{error.message}</p>
            {error.requestId !== undefined && <p className="num text-mute">{error.requestId}</p>}
          </Notice>
        )}
        {work.data !== undefined && <Side title="After" file={work.data} />}
        {work.data === undefined && error === undefined && (
          <section aria-label="After">
            <h2 className="label mb-1">After</h2>
            <p className="text-mute">The result appears here, and is kept below. The first stays as it is.</p>
          </section>
        )}
      </div>
    </div>
  );
}

function Side({ title, file }: { title: string; file: StoredFile }) {
  const [natural, setNatural] = useState<{ width: number; height: number }>();
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className="label mb-1">{title}</h2>
      <Picture file={file} className="max-h-[50dvh] w-auto max-w-full" onSize={setNatural} />
      <p className="num mt-1 text-mute">
        {natural ? `${natural.width} × ${natural.height}` : dimensions(file)} · {formatName(file.mediaType)} ·{' '}
        {size(file.bytes)}
      </p>
    </section>
  );
}
