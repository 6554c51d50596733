import * as astray from '@supabase/supabase-js';

export const away = astray;
