import { standardSchemaResolver } from '@hookform/resolvers/standard-schema';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { authMessage } from '#lib/auth/errors.ts';
import { signInWithEmulatedGoogle } from '../api/sign-in-with-emulated-google.ts';
import { emulatedGoogleSchema } from './schemas.ts';

interface EmulatedGoogleDialogProps {
  onClose: () => void;
  onDone: () => void;
  onPopup: () => void;
}

/** Stands in for Google's window where the Auth emulator stands in for Google. */
export default function EmulatedGoogleDialog({ onClose, onDone, onPopup }: EmulatedGoogleDialogProps) {
  const [failure, setFailure] = useState<string>();
  const { register, handleSubmit, formState } = useForm({
    resolver: standardSchemaResolver(emulatedGoogleSchema),
    defaultValues: { email: '', displayName: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async (values) => {
    setFailure(undefined);
    try {
      await signInWithEmulatedGoogle(values);
      onDone();
    } catch (thrown) {
      setFailure(authMessage(thrown));
    }
  });

  return (
    <Dialog
      onClose={onClose}
      title="Emulated Google account"
      description="This is the local Auth emulator: any address will do, and nothing reaches Google."
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TextField {...register('email')} label="Google address" type="email" error={errors.email?.message} />
        <TextField
          {...register('displayName')}
          label="Name"
          error={errors.displayName?.message}
          aside={<span className="text-mute">optional</span>}
        />
        {failure !== undefined && (
          <Notice tone="failed" live>
            {failure}
          </Notice>
        )}
        <div className="flex flex-wrap justify-between gap-2">
          <Button variant="ghost" onClick={onPopup} title="Loads a script from apis.google.com">
            Use the emulator’s pop-up
          </Button>
          <Button type="submit" variant="primary" busy={isSubmitting}>
            Continue
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
