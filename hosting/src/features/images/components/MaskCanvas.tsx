import { type PointerEvent, type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import type { StoredFile } from '../state/picture.ts';
import { Picture } from './Picture.tsx';

/** What can be had of a painted mask. */
export interface Mask {
  /** Base64 of a PNG that is transparent where it was painted; undefined where nothing was. */
  read: () => string | undefined;
  clear: () => void;
}

interface MaskCanvasProps {
  file: StoredFile;
  /** In percent of the picture's width. */
  brush: number;
  /** The picture alone; what was painted comes back. */
  disabled: boolean;
  ref: RefObject<Mask | null>;
}

/** A picture to paint on; what is painted is what may change. */
export function MaskCanvas({ file, brush, disabled, ref }: MaskCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painted = useRef(false);
  const last = useRef<{ x: number; y: number }>(undefined);

  function clear() {
    const context = canvas.current?.getContext('2d');
    if (canvas.current && context) context.clearRect(0, 0, canvas.current.width, canvas.current.height);
    painted.current = false;
  }
  // Another picture, another mask.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the file alone makes it another.
  useEffect(clear, [file.id]);

  useImperativeHandle(ref, () => ({
    clear,
    read: () => (painted.current && canvas.current ? maskOf(canvas.current) : undefined),
  }));

  function place({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>) {
    const box = currentTarget.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * currentTarget.width,
      y: ((clientY - box.top) / box.height) * currentTarget.height,
    };
  }

  function paint(event: PointerEvent<HTMLCanvasElement>) {
    const context = event.currentTarget.getContext('2d');
    if (!context) return;
    const to = place(event);
    const from = last.current ?? to;
    context.strokeStyle = '#ff7547';
    context.lineCap = 'round';
    context.lineWidth = (event.currentTarget.width * brush) / 100;
    context.beginPath();
    context.moveTo(from.x, from.y);
    // A line to where it begins is a dot.
    context.lineTo(to.x, to.y + 0.01);
    context.stroke();
    last.current = to;
    painted.current = true;
  }

  return (
    <div className="relative w-fit max-w-full">
      <Picture
        file={file}
        className="block max-h-[60dvh] w-auto max-w-full"
        onSize={({ width, height }) => {
          if (!canvas.current || (canvas.current.width === width && canvas.current.height === height)) return;
          canvas.current.width = width;
          canvas.current.height = height;
          painted.current = false;
        }}
      />
      <canvas
        ref={canvas}
        aria-label="Paint what may change"
        role="img"
        hidden={disabled}
        className="absolute inset-0 size-full cursor-crosshair touch-none opacity-60"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = undefined;
          paint(event);
        }}
        onPointerMove={(event) => event.buttons !== 0 && paint(event)}
        onPointerUp={() => {
          last.current = undefined;
        }}
      />
    </div>
  );
}

function maskOf(painting: HTMLCanvasElement): string | undefined {
  const mask = document.createElement('canvas');
  mask.width = painting.width;
  mask.height = painting.height;
  const context = mask.getContext('2d');
  if (!context) return undefined;
  context.fillStyle = '#000';
  context.fillRect(0, 0, mask.width, mask.height);
  context.globalCompositeOperation = 'destination-out';
  context.drawImage(painting, 0, 0);
  return mask.toDataURL('image/png').split(',')[1];
}
