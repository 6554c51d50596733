import { z } from 'zod';

/** What a password has to look like, whoever chooses it. */
export const passwordShape = z.string().min(8).max(256);

export const isAcceptablePassword = (password: string): boolean => passwordShape.safeParse(password).success;
