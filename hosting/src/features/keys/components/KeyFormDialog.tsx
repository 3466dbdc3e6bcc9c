import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { toApiError } from '#lib/api/errors.ts';
import { type KeyForm, keyForm } from '../state/key-form.ts';
import { KeyFields } from './KeyFields.tsx';

interface KeyFormDialogProps {
  title: string;
  description: string;
  initial: KeyForm;
  /** Shows the rarer fields from the start. */
  unfolded?: boolean;
  action: string;
  onClose: () => void;
  /** Throws ApiError; the dialog stays open with what it says. */
  onSubmit: (form: KeyForm) => Promise<void>;
}

export function KeyFormDialog({
  title,
  description,
  initial,
  unfolded = false,
  action,
  onClose,
  onSubmit,
}: KeyFormDialogProps) {
  const form = useForm<KeyForm>({ resolver: standardSchemaResolver(keyForm), defaultValues: initial });
  const { isSubmitting, isDirty } = form.formState;
  const [failure, setFailure] = useState<string>();

  const submit = form.handleSubmit(async (values) => {
    setFailure(undefined);
    try {
      await onSubmit(values);
    } catch (thrown) {
      setFailure(toApiError(thrown).message);
    }
  });

  return (
    <Dialog title={title} description={description} holds={isDirty} wide onClose={onClose}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <KeyFields form={form} unfolded={unfolded} />
        {failure !== undefined && (
          <Notice tone="failed" live>
            {failure}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={isSubmitting}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
