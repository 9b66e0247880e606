-- The functions run as their owner, who cannot log in; the service may only execute them. Generic plans and no sequential
-- scans guard against plans that were cached while the tables were empty.
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'inventory\_%' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    CONTINUE WHEN f::text LIKE 'inventory_move(%';
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO product_service', f);
  END LOOP; END $$;
