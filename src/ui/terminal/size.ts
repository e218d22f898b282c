import { useEffect, useState } from 'react';

/** Whatever knows how large it is, and says when that changes. */
export interface Sized {
  readonly columns: number;
  readonly rows: number;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The size of the screen, now and after each change. */
export function useWindowSize(screen: Sized): Size {
  const [size, setSize] = useState<Size>({ columns: screen.columns, rows: screen.rows });
  useEffect(() => {
    const measure = () => setSize({ columns: screen.columns, rows: screen.rows });
    screen.on('resize', measure);
    return () => {
      screen.off('resize', measure);
    };
  }, [screen]);
  return size;
}
