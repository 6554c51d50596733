import * as atHome from '@supabase/supabase-js';

export const home = atHome;
