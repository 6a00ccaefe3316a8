"""Who is on duty, what one shift hands to the next by name, and the alarms that let no deadline pass in silence."""
