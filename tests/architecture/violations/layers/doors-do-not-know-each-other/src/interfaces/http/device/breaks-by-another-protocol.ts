import { frames } from '../../ws/device/frames.js';

export const shown = frames;
