"""Calendars, holds, meetings, and the booking agent."""
