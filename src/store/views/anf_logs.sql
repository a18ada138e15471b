-- Amazon Athena User Guide, "Query AWS Network Firewall logs": tables of alerts and of flows
CREATE VIEW "default".network_firewall_alert_logs AS
SELECT * REPLACE (CAST(event_timestamp AS VARCHAR) AS event_timestamp)
FROM "default".anf_logs WHERE event.alert IS NOT NULL;

CREATE VIEW "default".network_firewall_netflow_logs AS
SELECT * REPLACE (CAST(event_timestamp AS VARCHAR) AS event_timestamp)
FROM "default".anf_logs WHERE event.netflow IS NOT NULL;
