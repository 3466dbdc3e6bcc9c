import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';

interface DrawerProps {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** Details over the right edge of a page; Esc or a press beside it closes. */
export function Drawer({ title, onClose, children }: DrawerProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-[#000]/45" />
        <Dialog.Popup className="fixed inset-y-0 right-0 flex w-full max-w-120 flex-col border-l border-control bg-raised shadow-popup outline-none">
          <div className="flex min-h-12 items-center justify-between gap-2 border-b py-1.5 pr-2 pl-4">
            <Dialog.Title className="min-w-0 truncate font-semibold">{title}</Dialog.Title>
            <Dialog.Close
              render={
                <IconButton label="Close">
                  <X size={16} />
                </IconButton>
              }
            />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
