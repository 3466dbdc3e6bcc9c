import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { cx } from '#lib/cx.ts';

interface DialogProps {
  /** Also on Escape, and on a press outside unless `holds`. */
  onClose: () => void;
  title: string;
  description?: ReactNode;
  /** It holds something that a stray press outside must not throw away. */
  holds?: boolean;
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ onClose, title, description, holds = false, wide = false, children }: DialogProps) {
  return (
    <BaseDialog.Root open disablePointerDismissal={holds} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 bg-[#000]/45" />
        <BaseDialog.Viewport className="fixed inset-0 flex items-start justify-center overflow-y-auto p-4 pt-[clamp(1rem,9vh,6rem)]">
          <BaseDialog.Popup
            className={cx(
              'w-full rounded-lg border border-control bg-raised shadow-popup',
              wide ? 'max-w-140' : 'max-w-120',
            )}
          >
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
