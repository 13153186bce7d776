"""What stands around the system while it is measured: a light carrier, a CRM and a model."""
