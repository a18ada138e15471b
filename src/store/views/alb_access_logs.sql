-- The name of the table in older editions of the Athena guide.
CREATE VIEW "default".alb_logs AS SELECT * FROM "default".alb_access_logs;
