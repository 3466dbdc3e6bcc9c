import { useId, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { bodyOf, choicesOf, type MakeForm } from '../state/make.ts';
import { formatName, type StoredFile } from '../state/picture.ts';
import { RunButton } from './Generate.tsx';
import { type ImageModel, MakeFields } from './MakeFields.tsx';
import { MakeResult } from './MakeResult.tsx';
import { type Mask, MaskCanvas } from './MaskCanvas.tsx';
import { useMake } from './use-make.ts';

interface EditProps {
  file: StoredFile;
  form: MakeForm;
  onForm: (form: MakeForm) => void;
  models: readonly ImageModel[];
}

const EDITABLE = /^image\/(png|jpeg|webp)$/;

/** A stored picture, changed by words; where it was painted on, only there. */
export function Edit({ file, form, onForm, models }: EditProps) {
  const { state, run, stop } = useMake();
  const [brush, setBrush] = useState(8);
  const mask = useRef<Mask>(null);
  const id = useId();
  const model = form.model || (models[0]?.ref ?? '');
  const { takesMask } = choicesOf(model);
  const live = state.phase === 'running';
  const takes = EDITABLE.test(file.mediaType ?? '');
  const start = () =>
    void run('edit', bodyOf(form, model, { images: [file.id], mask: mask.current?.read() }));
  return (
    <div className="grid gap-6 lg:grid-cols-[22rem_1fr]">
      <form
        aria-label="Edit"
        onSubmit={(event) => {
          event.preventDefault();
          if (!live && takes && form.prompt.trim() !== '') start();
        }}
      >
        <MakeFields
          form={form}
          onChange={onForm}
          models={models}
          promptLabel="What is to change"
          placeholder="Put a small red boat on the water"
        />
        {!takes && (
          <Notice tone="warn" className="mt-3">
            Models take PNG, JPEG and WebP, not {formatName(file.mediaType)}: convert it under Transform
            first.
          </Notice>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <RunButton
            live={live}
            ready={takes && form.prompt.trim() !== '' && model !== ''}
            verb="Edit"
            onStop={stop}
          />
          <Button
            className="mt-4"
            disabled={live || !takes}
            onClick={() => {
              const { prompt, images: _, mask: __, ...body } = bodyOf(form, model);
              void run('variations', {
                ...body,
                ...({ image: file.id } as object),
                ...(prompt !== '' && { prompt }),
              });
            }}
          >
            Vary
          </Button>
        </div>
      </form>
      <div className="grid min-w-0 content-start gap-6 xl:grid-cols-2">
        <section aria-label="Before" className="min-w-0">
          <h2 className="label mb-1">Before</h2>
          <MaskCanvas file={file} brush={brush} disabled={!takesMask} ref={mask} />
          {takesMask ? (
            <>
              <div className="mt-2 flex flex-wrap items-center gap-3">
                <label htmlFor={id}>Brush</label>
                <input
                  id={id}
                  type="range"
                  min={1}
                  max={30}
                  value={brush}
                  onChange={(event) => setBrush(Number(event.target.value))}
                  className="accent-ember"
                />
                <Button onClick={() => mask.current?.clear()}>Clear the mask</Button>
              </div>
              <p className="mt-1 text-mute">
                Paint over what may change; without that the whole picture may.
              </p>
            </>
          ) : (
            <p className="mt-1 text-mute">This model takes no mask: say in words what may change.</p>
          )}
        </section>
        <section aria-label="After" className="min-w-0">
          <h2 className="label mb-1">After</h2>
          <MakeResult state={state} idle="What the model makes of it appears here." onRetry={start} />
        </section>
      </div>
    </div>
  );
}
