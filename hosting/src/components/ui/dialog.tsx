import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

interface DialogProps {
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

export function Dialog({ onClose, title, description, children }: DialogProps) {
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 bg-[#000]/45" />
        <BaseDialog.Viewport className="fixed inset-0 flex items-start justify-center overflow-y-auto p-4 pt-[12vh]">
          <BaseDialog.Popup className="w-full max-w-105 rounded-lg border border-control bg-raised shadow-popup">
            <div className="border-b px-4 py-3">
              <BaseDialog.Title className="font-semibold">{title}</BaseDialog.Title>
              {description !== undefined && (
                <BaseDialog.Description className="text-mute">{description}</BaseDialog.Description>
              )}
            </div>
            <div className="p-4">{children}</div>
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
