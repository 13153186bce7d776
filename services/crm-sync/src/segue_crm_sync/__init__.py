"""The CRM's copy of a lead."""
